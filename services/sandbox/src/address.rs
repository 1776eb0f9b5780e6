//! Under which paths the platforms serve which interface.

use std::collections::BTreeMap;

use baohan_wire::{Interface, Platform};

use crate::sandbox::SettingsError;

/// The first part of the paths by which people and tests drive the sandbox.
pub(crate) const RESERVED: &str = "sandbox";

/// What is served at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The interface.
    pub interface: Interface,
    /// The first platform that serves it there, whose dialect answers a caller that cannot be named.
    pub appkey: String,
}

/// Every path, without slashes at its ends.
#[derive(Debug)]
pub(crate) struct Addresses(BTreeMap<String, Place>);

impl Addresses {
    /// The paths of the platforms' addresses, those of their centres included. Hosts and ports count for nothing, since
    /// one listener stands for all.
    pub fn of(platforms: &[Platform]) -> Result<Self, SettingsError> {
        let mut places: BTreeMap<String, Place> = BTreeMap::new();
        for platform in platforms {
            for interface in Interface::ALL.into_iter().filter(|interface| !interface.served_by_institution())
            {
                let centres = platform.centres.iter().map(|centre| Some(centre.platform_code.as_str()));
                for code in std::iter::once(None).chain(centres) {
                    let path = path_at(platform, code, interface);
                    if path.split('/').next() == Some(RESERVED) {
                        return Err(SettingsError::ReservedPath(path));
                    }
                    let place = places
                        .entry(path.clone())
                        .or_insert_with(|| Place { interface, appkey: platform.appkey.clone() });
                    if place.interface != interface {
                        return Err(SettingsError::SharedPath(path));
                    }
                }
            }
        }
        Ok(Self(places))
    }

    pub fn find(&self, path: &str) -> Option<&Place> {
        self.0.get(path.trim_matches('/'))
    }
}

/// Where a platform, for one of its centres, serves an interface.
pub(crate) fn path_at(platform: &Platform, platform_code: Option<&str>, interface: Interface) -> String {
    path_of(&platform.for_centre(platform_code).url(interface)).to_owned()
}

/// The path of an address, without slashes at its ends.
fn path_of(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let behind_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    behind_scheme.split_once('/').map_or("", |(_, path)| path.trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use baohan_wire::{Centre, Secret};

    use super::*;

    fn platform(appkey: &str, base_url: &str) -> Platform {
        Platform { base_url: base_url.into(), ..Platform::new(appkey, Secret::new("s")) }
    }

    #[test]
    fn a_path_is_what_stands_behind_the_host() {
        assert_eq!(path_of("http://127.0.0.1:8090"), "");
        assert_eq!(path_of("http://127.0.0.1:8090/"), "");
        assert_eq!(path_of("https://jyzx.example/open/api/insure/?a=b/c"), "open/api/insure");
        assert_eq!(path_of("/quitnotice"), "quitnotice");
    }

    #[test]
    fn whole_addresses_of_single_interfaces_and_of_centres_are_served_too() {
        let mut one = platform("one", "http://h/open/api");
        one.urls.insert(Interface::Quitnotice, "http://h/other/quit?v=1".into());
        let urls = BTreeMap::from([(Interface::Quitnotice, "http://h/north/quit".into())]);
        one.centres.push(Centre { platform_code: "N".into(), name: None, urls, secret: None });
        let addresses = Addresses::of(&[one]).unwrap();
        let served = |path: &str| addresses.find(path).map(|place| place.interface);
        assert_eq!(served("/open/api/baohannotice"), Some(Interface::Baohannotice));
        assert_eq!(served("/other/quit"), Some(Interface::Quitnotice));
        assert_eq!(served("/north/quit"), Some(Interface::Quitnotice));
        assert_eq!(served("/open/api/quitnotice"), None);
        assert_eq!(served("/open/api/baohanapply"), None);
    }

    #[test]
    fn paths_that_could_not_be_told_apart_are_no_settings() {
        let mut one = platform("one", "http://h");
        one.urls.insert(Interface::Quitnotice, "http://h/baohannotice".into());
        assert!(matches!(Addresses::of(&[one]), Err(SettingsError::SharedPath(_))));
        let reserved = platform("one", "http://h/sandbox");
        assert!(matches!(Addresses::of(&[reserved]), Err(SettingsError::ReservedPath(_))));
        let two = [platform("one", "http://h/a"), platform("two", "http://other/a")];
        assert!(Addresses::of(&two).is_ok(), "platforms may share an address: the appkey tells them apart");
    }
}
