//! Who is signed in and what holds for everybody, for the frame round the pages. The server writes it into the
//! document, where the browser reads it: nobody waits for it.

use domain::access::{Action, Permissions, ResourceType};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(not(feature = "ssr"))]
use crate::wire;

/// The attribute of the document's root that carries it.
pub const ATTRIBUTE: &str = "data-me";

/// The signed-in person, and what the account has chosen for all pages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Me {
    /// Absent on the pages where nobody has to be signed in.
    pub name: Option<String>,
    /// What they may somewhere, a digit for each type of resource. Where, the server knows.
    pub may: String,
    /// The token that forms carry.
    pub csrf: String,
    /// Whether policies hold.
    pub policies: bool,
    /// Whether workspaces may mount data volumes.
    pub data_volumes: bool,
    /// Whether templates hold fields of their own, rather than assets alone.
    pub flexible_templates: bool,
    /// The system notification.
    pub banner: String,
    /// Where the account's own logo is.
    pub logo: Option<String>,
}

impl Me {
    /// Whether they may do this somewhere.
    pub fn may(&self, action: Action, of: ResourceType) -> bool {
        Permissions::from(&*self.may).allow(action, of)
    }
}

/// Whether the signed-in person may do this somewhere.
pub fn i_may(action: Action, of: ResourceType) -> bool {
    me().with_value(|me| me.may(action, of))
}

/// For whom this page is.
pub fn me() -> StoredValue<Me> {
    use_context::<StoredValue<Me>>().unwrap_or_else(|| StoredValue::new(Me::default()))
}

/// Makes [`me`] known to everything below.
pub fn provide_me() {
    provide_context(StoredValue::new(present()));
}

#[cfg(feature = "ssr")]
pub use on_server::{logo_version, present, written};

/// As the server wrote it.
#[cfg(not(feature = "ssr"))]
fn present() -> Me {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    let written = root.and_then(|root| root.get_attribute(ATTRIBUTE)).unwrap_or_default();
    wire::read(&written).unwrap_or_default()
}

#[cfg(feature = "ssr")]
mod on_server {
    use control::{ControlPlane, SignedIn};
    use domain::settings::Setting;
    use leptos::prelude::use_context;

    use super::Me;
    use crate::caller::signed_in;

    /// For whom this request is.
    pub fn present() -> Me {
        let Some(control) = use_context::<ControlPlane>() else { return Me::default() };
        let world = control.world();
        let settings = &world.settings;
        let logo = settings.text(Setting::Logo);
        let everybody = Me {
            policies: settings.is_on(Setting::Policies),
            data_volumes: settings.has_data_volumes(),
            flexible_templates: settings.has_flexible_templates(),
            logo: (!logo.is_empty()).then(|| format!("/logo?{}", logo_version(&logo))),
            ..Me::default()
        };
        let Ok(SignedIn { actor, csrf, .. }) = signed_in() else { return everybody };
        let banner = settings.text(Setting::SystemNotification);
        let may = actor.rights.anywhere().into();
        Me { name: Some(actor.name), may, csrf, banner, ..everybody }
    }

    /// The text of [`super::ATTRIBUTE`].
    pub fn written() -> String {
        serde_json::to_string(&present()).unwrap_or_default()
    }

    /// Changes with the picture, so that browsers may keep it.
    pub fn logo_version(logo: &str) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        logo.hash(&mut hasher);
        hasher.finish()
    }
}
