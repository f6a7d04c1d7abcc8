//! The image of a form: typed, or chosen from NGC's catalog or a registry, with the key that opens it
//! (`form-and-assets.md` §4.1.2, rows 1 to 1h).

use super::{Draft, HAS_NGC_KEY, told};
use crate::submission::ImagePullSecret;

impl Draft {
    /// What is started: `nvcr.io/nvidia/pytorch:25.01-py3`.
    pub fn image(&self) -> Option<String> {
        let Some(registry) = self.image_registry() else { return self.said("image") };
        let (name, tag) = (self.said("ngc_image")?, self.said("ngc_tag"));
        let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        Some(format!("{}/{name}{tag}", registry.trim_end_matches('/')))
    }

    /// Where the image is, unless it was typed.
    fn image_registry(&self) -> Option<&str> {
        match self.told("image_source").as_str() {
            "catalog" => Some(self.text("ngc_host")),
            "registry" => Some(self.text("ngc_registry")),
            _ => None,
        }
    }

    fn told(&self, name: &str) -> String {
        told(name, &|name| self.text(name).to_owned())
    }

    /// What opens the registries: the credentials of the form, and the key that the image was chosen with.
    pub(super) fn with_ngc_key(
        &self,
        own: Option<Vec<ImagePullSecret>>,
    ) -> Option<Vec<ImagePullSecret>> {
        let has_key = self.told(HAS_NGC_KEY) == "on";
        if self.image_registry().is_none() || !has_key {
            return own;
        }
        let is_mine = self.text("ngc_source") == "mine";
        let name = self.said(if is_mine { "ngc_mine" } else { "ngc_shared" });
        let Some(name) = name else { return own };
        let user_credential = is_mine.then_some(true);
        let key = ImagePullSecret { name: Some(name), user_credential, exclude: None };
        let mut all = own.unwrap_or_default();
        let same = |one: &ImagePullSecret| {
            one.name == key.name && one.user_credential.unwrap_or_default() == is_mine
        };
        if !all.iter().any(same) {
            all.push(key);
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(texts: &[(&str, &str)]) -> (Option<String>, String) {
        let form = texts.iter().fold(Draft::default(), |form, (name, text)| form.with(name, *text));
        let submission = form.submission();
        let secrets = submission.image_pull_secrets.unwrap_or_default();
        (submission.image, serde_json::to_string(&secrets).unwrap())
    }

    const CATALOG: [(&str, &str); 4] = [
        ("has_ngc", "on"),
        ("ngc_host", "nvcr.io"),
        ("image_source", "catalog"),
        ("ngc_image", "nvidia/pytorch"),
    ];

    #[test]
    fn an_image_of_the_catalog() {
        let tagged = [CATALOG.as_slice(), &[("ngc_tag", "25.01-py3")]].concat();
        assert_eq!(chosen(&tagged), (Some("nvcr.io/nvidia/pytorch:25.01-py3".into()), "[]".into()));
        assert_eq!(chosen(&CATALOG).0.as_deref(), Some("nvcr.io/nvidia/pytorch"));
        assert_eq!(chosen(&CATALOG[..3]).0, None);
    }

    #[test]
    fn its_key_pulls_it_once() {
        let by_key = [("ngc_access", "authenticated"), ("ngc_source", "mine"), ("ngc_mine", "key")];
        let all = [CATALOG.as_slice(), &by_key].concat();
        assert_eq!(chosen(&all).1, r#"[{"name":"key","userCredential":true}]"#);
        let form = all.iter().fold(Draft::default(), |form, (name, text)| form.with(name, *text));
        let form = form.and("secret", &[("source", "mine"), ("mine", "key")]);
        assert_eq!(form.submission().image_pull_secrets.map(|all| all.len()), Some(1));
    }

    #[test]
    fn a_registry_of_the_account_is_asked_with_a_key() {
        let all = [
            ("has_ngc", "on"),
            ("image_source", "registry"),
            ("ngc_registry", "registry.example:5000/"),
            ("ngc_image", "team/own"),
            ("ngc_tag", "1"),
            ("ngc_shared", "shared-key"),
        ];
        let (image, secrets) = chosen(&all);
        assert_eq!(image.as_deref(), Some("registry.example:5000/team/own:1"));
        assert_eq!(secrets, r#"[{"name":"shared-key"}]"#);
    }

    #[test]
    fn where_nothing_is_offered_the_typed_image_counts() {
        let (image, _) = chosen(&[("image_source", "catalog"), ("image", "own/image:3")]);
        assert_eq!(image.as_deref(), Some("own/image:3"));
    }
}
