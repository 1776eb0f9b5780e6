//! Holds both servers until it is killed: the test of what is left then kills it.

/// Starts them, prints their folders, and waits for ever.
#[tokio::main]
async fn main() {
    let postgres = baohan_servers::Postgres::start().await;
    let kafka = baohan_servers::Kafka::start().await;
    println!("{}", postgres.folder().display());
    println!("{}", kafka.folder().display());
    std::future::pending::<()>().await;
}
