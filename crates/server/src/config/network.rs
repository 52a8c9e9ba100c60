//! Networks, as `10.0.0.0/8`: who is a trusted proxy, who may read the metrics.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;

/// A network: an address and how many of its leading bits count (RFC 4632 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix_bits: u32,
}

/// Several networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Networks(pub(crate) Vec<Network>);

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("{text:?} is not an address like 10.0.0.1 or a network like 10.0.0.0/8");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        let whole = width(address);
        let prefix_bits = prefix.map_or(Ok(whole), |prefix| prefix.trim().parse().map_err(|_| bad()))?;
        if prefix_bits > whole {
            return Err(bad());
        }
        Ok(Network { address, prefix_bits })
    }
}

impl FromStr for Networks {
    type Err = String;

    /// Networks with commas between them.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::parse).collect::<Result<_, _>>().map(Networks)
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let skipped = width(address) - self.prefix_bits.min(width(address));
        let leading = |bits: u128| bits.checked_shr(skipped).unwrap_or(0);
        width(address) == width(self.address) && leading(bits(address)) == leading(bits(self.address))
    }
}

impl Networks {
    /// The machine itself.
    pub(crate) fn loopback() -> Self {
        "127.0.0.0/8, ::1".parse().expect("both are networks")
    }

    /// Whether `address` is in one of them.
    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Where a request came from: the nearest address that isn't one of these proxies. `X-Forwarded-For` is believed
    /// only as far as trusted proxies wrote it: read from its end, for anyone may write the beginning.
    pub(crate) fn client_behind(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.ip().to_canonical();
        let forwarded: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .collect();
        for hop in forwarded.iter().rev() {
            if !self.contain(client) {
                break;
            }
            let Some(address) = hop_address(hop.trim()) else { break };
            client = address;
        }
        client
    }
}

/// Some proxies add the port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().or_else(|_| hop.parse().map(|with_port: SocketAddr| with_port.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(text: &str) -> Networks {
        text.parse().expect("networks")
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        let some = networks("10.0.0.0/8, 192.168.1.7, fd00::/8");
        for inside in ["10.255.1.2", "192.168.1.7", "fd12::1", "::ffff:10.1.1.1"] {
            assert!(some.contain(address(inside)), "{inside}");
        }
        for outside in ["11.0.0.1", "192.168.1.8", "fe80::1", "::1"] {
            assert!(!some.contain(address(outside)), "{outside}");
        }
        assert!(networks("0.0.0.0/0").contain(address("8.8.8.8")));
        assert!(!networks("0.0.0.0/0").contain(address("::1")));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for bad in ["10.0.0.0/33", "ten", "10.0.0.0/", "::/129", "10.0.0/8"] {
            assert!(bad.parse::<Networks>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let client = |peer: &str, forwarded: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().expect("a header"));
            let peer = SocketAddr::new(address(peer), 4711);
            networks("10.0.0.0/8").client_behind(peer, &headers).to_string()
        };
        assert_eq!(client("203.0.113.9", "198.51.100.1"), "203.0.113.9", "a stranger claims what they like");
        assert_eq!(client("10.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(client("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(client("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "[2001:db8::1]:443"), "2001:db8::1");
    }
}
