//! Networks in conditions: `203.0.113.0/24`, or one address.

use std::net::IpAddr;

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(longest, u32::from);
        (prefix <= longest).then_some(Self { address, prefix })
    }

    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => {
                (ours.to_bits() ^ theirs.to_bits()).checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }

    /// Whether every address of another network is in this one.
    pub(crate) fn covers(self, other: Self) -> bool {
        self.prefix <= other.prefix && self.contains(other.address)
    }

    pub(crate) fn is_all_of_ipv4(self) -> bool {
        self.prefix == 0 && self.address.is_ipv4()
    }

    pub(crate) fn is_all_of_ipv6(self) -> bool {
        self.prefix == 0 && self.address.is_ipv6()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_the_addresses_with_its_prefix() {
        for (network, address, inside) in [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.7/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.112.255", false),
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.8", false),
            ("0.0.0.0/0", "203.0.113.8", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9", true),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::9", false),
            ("2001:db8::1", "2001:db8::1", true),
        ] {
            let parsed = Network::parse(network).unwrap();
            assert_eq!(parsed.contains(address.parse().unwrap()), inside, "{network} {address}");
        }
    }

    #[test]
    fn a_network_covers_what_is_inside_it() {
        for (wide, narrow, covers) in [
            ("203.0.113.0/24", "203.0.113.7", true),
            ("203.0.113.0/24", "203.0.113.0/24", true),
            ("203.0.113.7", "203.0.113.0/24", false),
            ("128.0.0.0/1", "203.0.113.0/24", true),
            ("203.0.113.0/24", "198.51.100.0/25", false),
            ("0.0.0.0/0", "::/0", false),
        ] {
            let (wide, narrow) = (Network::parse(wide).unwrap(), Network::parse(narrow).unwrap());
            assert_eq!(wide.covers(narrow), covers, "{wide:?} {narrow:?}");
        }
    }

    #[test]
    fn other_texts_are_not_networks() {
        for text in
            ["", "/", "203.0.113.0/", "203.0.113.0/33", "203.0.113/24", "::/129", "203.0.113.0/-1", "*"]
        {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
