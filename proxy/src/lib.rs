//! Carries requests of browsers to the tool of a workspace, and answers back: HTTP, streams, WebSockets. Who may
//! open which tool is decided by whoever calls; here is what a tool and a browser may say to each other. A tool is
//! not trusted: it neither sees who signs in at Berth, nor speaks for another origin than its own.

mod answers;
mod asked;
mod carry;
mod cookies;
mod cut;
mod inward;
mod location;
mod outward;
mod page;
mod relay;
mod site;
mod upgrade;

pub use answers::answers;
pub use asked::{BadHost, authority};
pub use carry::{Answer, Proxy, Trouble};
pub use cookies::cookie;
pub use cut::Cut;
pub use location::{Location, location};
pub use page::own_path;
pub use relay::{NoRelay, Relay};
pub use site::is_foreign;

use std::net::{IpAddr, SocketAddr};

/// Which way a request goes.
#[derive(Clone, Debug)]
pub struct Way {
    /// Where the tool listens.
    pub tool: SocketAddr,
    /// `http` or `https`, as the browser sees it.
    pub scheme: &'static str,
    /// Name and port under which the browser asked, as in its address bar.
    pub authority: String,
    /// Whose request it is, as far as the connection says.
    pub peer: Option<IpAddr>,
    /// How the names of cookies begin that are Berth's own.
    pub own_cookies: &'static [&'static str],
    /// Where tools share the host and have ports of their own: which one this is. Browsers keep cookies by host.
    pub port: Option<u16>,
}

impl Way {
    /// What stands before the paths of the tool in the browser.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }
}
