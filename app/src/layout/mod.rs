//! The frame of every page: side bar, top bar, crumbs, theme switch, user menu, and the sign-in page's halves.
mod early;
mod frame;
mod nav;
mod sidebar;
#[cfg(feature = "ssr")]
mod start;
mod theme;
mod topbar;
mod user;

pub use early::{EARLY_SCRIPT, press_early};
pub use frame::{Or, Shell, SignInFrame};
pub use nav::{Crumb, NAV, NavGroup, NavPage, crumbs_of, is_within};
pub use sidebar::{Brand, Sidebar};
#[cfg(feature = "ssr")]
pub use start::Program;
pub use theme::{THEME_SCRIPT, ThemeSwitch};
pub use topbar::{Crumbs, Topbar};
pub use user::UserMenu;
