//! What the path of a call says.

use baohan_wire::{Directory, Interface};

/// An interface of ours, and the prefix under which a platform calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    pub path_prefix: &'a str,
    pub interface: Interface,
}

impl<'a> Address<'a> {
    /// Reads `/{path_prefix/}{interface}`; whatever is served by nobody here is none.
    pub(crate) fn read(path: &'a str, directory: &Directory) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let (path_prefix, name) = path.rsplit_once('/').unwrap_or(("", path));
        let interface = Interface::from_name(name).filter(|interface| interface.served_by_institution())?;
        directory.knows_prefix(path_prefix).then_some(Self { path_prefix, interface })
    }
}

#[cfg(test)]
mod tests {
    use baohan_wire::{Platform, Secret};

    use super::*;

    fn directory(prefixes: &[&str]) -> Directory {
        Directory::new(prefixes.iter().map(|prefix| Platform {
            path_prefix: (*prefix).to_owned(),
            ..Platform::new(format!("key-{prefix}"), Secret::new("a secret"))
        }))
        .unwrap()
    }

    #[test]
    fn an_interface_stands_behind_its_platforms_prefix() {
        let directory = directory(&["", "jyzx/open"]);
        let read = |path: &str| {
            let address = Address::read(path, &directory);
            address.map(|address| (address.path_prefix.to_owned(), address.interface))
        };
        let interface = Interface::ALL[0];
        let name = interface.name();
        assert_eq!(read(&format!("/{name}")), Some((String::new(), interface)));
        assert_eq!(read(&format!("/jyzx/open/{name}")), Some(("jyzx/open".to_owned(), interface)));
        // A base address that ends in a slash.
        assert_eq!(read(&format!("//{name}")), Some((String::new(), interface)));
        for path in [format!("/jyzx/{name}"), format!("/{name}/"), "/".into(), String::new(), "/x".into()] {
            assert_eq!(read(&path), None, "{path}");
        }
    }

    #[test]
    fn the_platforms_own_interfaces_are_not_served() {
        let directory = directory(&[""]);
        let served = Interface::ALL
            .into_iter()
            .filter(|interface| Address::read(&format!("/{}", interface.name()), &directory).is_some());
        assert_eq!(served.count(), 7);
    }

    #[test]
    fn without_a_platform_at_the_root_the_root_serves_nothing() {
        let directory = directory(&["jyzx"]);
        let path = format!("/{}", Interface::ALL[0].name());
        assert_eq!(Address::read(&path, &directory), None);
    }
}
