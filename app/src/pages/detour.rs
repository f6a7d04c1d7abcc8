//! A detour: the form of a workspace goes to another form for something that it lacks, and comes back with it chosen.
//! What was typed stays in the address that it comes back to.

use leptos_router::params::ParamsMap;

use crate::browser::encode;

/// Where detours begin, and where they may end.
const HOME: &str = "/workloads/new";

/// The address of a form, with the way back to `present`.
pub fn away(form: &str, present: &str) -> String {
    let mark = if form.contains('?') { '&' } else { '?' };
    format!("{form}{mark}back={}", encode(present))
}

/// The way back with what was made, `environment.0198…` say; nothing where nobody came from a form.
pub fn back(query: &ParamsMap, section: &str, made: &str) -> Option<String> {
    let home = query.get("back").filter(|back| is_home(back))?;
    let mark = if home.contains('?') { '&' } else { '?' };
    Some(format!("{home}{mark}load={section}.{made}"))
}

/// The way back with nothing.
pub fn home(query: &ParamsMap) -> Option<String> {
    query.get("back").filter(|back| is_home(back))
}

fn is_home(address: &str) -> bool {
    address.strip_prefix(HOME).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

/// Section and id of what was made.
pub fn made(query: &ParamsMap) -> Option<(String, String)> {
    let load = query.get("load")?;
    load.split_once('.').map(|(section, id)| (section.to_owned(), id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(pairs: &[(&'static str, String)]) -> ParamsMap {
        pairs.iter().cloned().collect()
    }

    #[test]
    fn there_and_back() {
        let form = "/workloads/new/workspace?project=1&image=a/b:1";
        let away = away("/assets/data-sources/new?type=nfs", form);
        assert_eq!(
            away,
            "/assets/data-sources/new?type=nfs&back=/workloads/new/workspace%3Fproject%3D1%26image%3Da/b%3A1"
        );
        let asked = query(&[("back", form.to_owned())]);
        let there = back(&asked, "storage", "7").unwrap();
        assert_eq!(there, format!("{form}&load=storage.7"));
        let asked = query(&[("load", "storage.7".to_owned())]);
        assert_eq!(made(&asked), Some(("storage".to_owned(), "7".to_owned())));
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        for address in ["https://example.com", "//example.com", "/settings", "/workloads/newer", ""]
        {
            let asked = query(&[("back", address.to_owned())]);
            assert_eq!(back(&asked, "storage", "7"), None, "{address}");
        }
    }
}
