//! Where a key may be used from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// An address, or all addresses of a network: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network(IpNet);

impl Network {
    /// Whether `address` belongs to it; an IPv4 address in IPv6 (`::ffff:192.0.2.7`) is the former.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Services read an address alone as one, so it is not written as a network.
        if self.0.prefix_len() == self.0.max_prefix_len() {
            self.0.addr().fmt(f)
        } else {
            self.0.fmt(f)
        }
    }
}

/// Why a text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadNetwork {
    /// It is neither an address nor a network.
    Form,
    /// It has bits of a host: no address is in it for services that compare the bits. The network
    /// that was probably meant.
    HostBits(Network),
    /// It is an IPv4 network written in IPv6.
    Mapped,
}

impl fmt::Display for BadNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str("write an address or a network: 192.0.2.7, 192.0.2.0/24"),
            Self::HostBits(network) => write!(f, "it names a host in a network: write {network}"),
            Self::Mapped => f.write_str("write it in IPv4"),
        }
    }
}

impl std::error::Error for BadNetwork {}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse().map_err(|_| BadNetwork::Form)?,
        };
        if network.addr().to_canonical() != network.addr() {
            return Err(BadNetwork::Mapped);
        }
        if network.trunc() != network {
            return Err(BadNetwork::HostBits(Self(network.trunc())));
        }
        Ok(Self(network))
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::{BadNetwork, Network};

    #[test]
    fn networks_read_what_they_write() {
        for text in ["192.0.2.7", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
        assert_eq!("192.0.2.7/32".parse::<Network>().unwrap().to_string(), "192.0.2.7");
        assert_eq!("2001:DB8:0::/32".parse::<Network>().unwrap().to_string(), "2001:db8::/32");
    }

    #[test]
    fn what_no_address_is_in_is_refused() {
        for text in ["", "x", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "/8", " 192.0.2.7", "a,b"] {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork::Form), "{text}");
        }
        for (text, meant) in [("10.1.2.3/8", "10.0.0.0/8"), ("2001:db8::1/32", "2001:db8::/32")] {
            let meant = meant.parse().unwrap();
            assert_eq!(text.parse::<Network>(), Err(BadNetwork::HostBits(meant)));
        }
        assert_eq!("::ffff:192.0.2.7".parse::<Network>(), Err(BadNetwork::Mapped));
    }

    #[test]
    fn an_address_is_in_its_network_however_it_is_written() {
        let network: Network = "192.0.2.0/24".parse().unwrap();
        let is_in = |text: &str| network.contains(text.parse::<IpAddr>().unwrap());
        assert!(is_in("192.0.2.0") && is_in("192.0.2.255") && is_in("::ffff:192.0.2.9"));
        assert!(!is_in("192.0.3.0") && !is_in("2001:db8::1"));
    }
}
