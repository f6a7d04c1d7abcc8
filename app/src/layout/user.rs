//! Who is signed in, and the way out.
use crate::{
    identity::me,
    pages::assets::Shelf,
    ui::{IconName, Menu, MenuItem},
};
use leptos::prelude::*;

/// The menu of whoever is signed in.
#[component]
pub fn UserMenu() -> impl IntoView {
    let (name, csrf) = me().with_value(|me| (me.name.clone(), me.csrf.clone()));
    name.map(|name| menu(name, csrf))
}

/// Signing out is a plain form, so it works without scripts.
fn menu(user: String, csrf: String) -> AnyView {
    let short = initials(&user);
    let label = format!("{short}, user menu of {user}");
    view! {
        <Menu label face=move || view! { <span class="avatar" aria-hidden="true">{short.clone()}</span> }>
            <p class="px-2 py-1.5 text-sm text-ink-muted">{user}</p>
            <MenuItem icon=IconName::Key href=Shelf::Mine.href().to_owned()>"My credentials"</MenuItem>
            <form method="post" action="/sign-out">
                <input type="hidden" name="csrf" value=csrf/>
                <MenuItem icon=IconName::Out submit=true>"Sign out"</MenuItem>
            </form>
        </Menu>
    }
    .into_any()
}

/// Two letters: of the first two words of a name, or of an address before the `@`.
fn initials(user: &str) -> String {
    let name = user.split('@').next().unwrap_or(user);
    let mut words = name.split(['.', '-', '_', ' ', '+']).filter(|word| !word.is_empty());
    let (first, second) = (words.next().unwrap_or("?"), words.next());
    match second {
        Some(second) => first.chars().take(1).chain(second.chars().take(1)).collect(),
        None => first.chars().take(2).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn two_letters_stand_for_a_person() {
        assert_eq!(initials("r.okafor@example.org"), "ro");
        assert_eq!(initials("admin"), "ad");
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials(""), "?");
    }
}
