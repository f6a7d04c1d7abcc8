//! The sockets that Berth listens on: its own, and one a port where tools have ports.

use std::{
    collections::BTreeSet,
    io,
    net::{SocketAddr, TcpListener},
    ops::RangeInclusive,
};

use tracing::{info, warn};

/// Listening sockets.
pub struct Sockets {
    pub own: TcpListener,
    pub tools: Vec<TcpListener>,
}

impl Sockets {
    /// Those that another Berth gave: the first is its own.
    pub fn given(mut all: Vec<TcpListener>) -> Option<Self> {
        let own = (!all.is_empty()).then(|| all.remove(0))?;
        Some(Self { own, tools: all })
    }

    /// Listens at each of `ports` for tools, on the address of its own socket, and at no others. A port that somebody
    /// else has is left out.
    pub fn listen_for_tools(&mut self, ports: Option<RangeInclusive<u16>>) -> io::Result<()> {
        let address = self.own.local_addr()?;
        let wanted = |port: &u16| ports.as_ref().is_some_and(|ports| ports.contains(port));
        let has = |socket: &TcpListener| socket.local_addr().ok().map(|at| at.port());
        self.tools.retain(|socket| has(socket).is_some_and(|port| wanted(&port)));
        let there: BTreeSet<u16> = self.ports();
        let mut taken = Vec::new();
        for port in ports.iter().cloned().flatten().filter(|port| !there.contains(port)) {
            match TcpListener::bind(SocketAddr::new(address.ip(), port)) {
                Ok(socket) => self.tools.push(socket),
                Err(problem) => taken.push(format!("{port} ({problem})")),
            }
        }
        if let Some(ports) = ports {
            info!("tools are opened at {} of the ports {ports:?}", self.tools.len());
        }
        if !taken.is_empty() {
            warn!("tools are not opened at ports {}", taken.join(", "));
        }
        Ok(())
    }

    /// The ports of tools.
    pub fn ports(&self) -> BTreeSet<u16> {
        self.tools.iter().filter_map(|socket| Some(socket.local_addr().ok()?.port())).collect()
    }

    /// All of them, its own first.
    pub fn all(&self) -> impl Iterator<Item = &TcpListener> {
        [&self.own].into_iter().chain(&self.tools)
    }

    /// The same sockets once more.
    pub fn again(&self) -> io::Result<Self> {
        let tools = self.tools.iter().map(TcpListener::try_clone).collect::<io::Result<_>>()?;
        Ok(Self { own: self.own.try_clone()?, tools })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_somebody_has_is_left_out() {
        let own = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let mut sockets = Sockets { own, tools: vec![] };
        sockets.listen_for_tools(Some(port..=port)).unwrap();
        assert!(sockets.ports().is_empty());
        drop(taken);
        sockets.listen_for_tools(Some(port..=port)).unwrap();
        assert_eq!(sockets.ports(), [port].into());
        // What is there already is kept, as after a restart; what is not wanted any more is closed.
        sockets.again().unwrap().listen_for_tools(Some(port..=port)).unwrap();
        assert_eq!(sockets.all().count(), 2);
        sockets.listen_for_tools(None).unwrap();
        assert!(TcpListener::bind(("127.0.0.1", port)).is_ok());
    }
}
