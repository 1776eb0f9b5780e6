//! The QR code, read from the printed page.

use baohan_documents::{particulars_digest, specimens};

use crate::paper::print;

#[test]
fn it_holds_number_and_digest() {
    for specimen in specimens() {
        let (width, height, pixels) = print(&specimen).picture();
        let mut image =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let grids = image.detect_grids();
        let contents: Vec<String> = grids.iter().map(|grid| grid.decode().unwrap().1).collect();
        let expected = format!("BH:{}\nSM3:{}", specimen.guarantee_no, particulars_digest(&specimen));
        assert_eq!(contents, [expected]);
    }
}
