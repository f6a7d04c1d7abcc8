//! Names of classes: those that a style sheet defines, and those that a Rust source uses.

use std::collections::BTreeSet;

use crate::literals::strings;

/// Classes that mark an element for others and have no rule of their own.
const MARKERS: [&str; 2] = ["group", "peer"];

/// Whether a class has a rule, or needs none.
pub fn is_known(class: &str, known: &BTreeSet<String>) -> bool {
    known.contains(class) || MARKERS.contains(&class.split('/').next().unwrap_or(class))
}

/// The classes that a source file writes as literals: in `class="…"`, in functions called
/// `classes`, and wherever most words of a longer literal are classes. Places of `format!` are not.
pub fn used<'a>(source: &'a str, known: &BTreeSet<String>) -> Vec<&'a str> {
    let attributes = source.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let functions = source.split("classes(self)").skip(1).flat_map(|rest| {
        let body = rest.split("\n    }\n").next().unwrap_or_default();
        strings(body)
    });
    let lists = strings(source).into_iter().filter(|text| is_list_of_classes(text, known));
    let words = attributes.chain(functions).chain(lists).flat_map(str::split_whitespace);
    words.filter(|word| !word.contains('{')).collect()
}

fn is_list_of_classes(text: &str, known: &BTreeSet<String>) -> bool {
    let words = text.split_whitespace().count();
    let classes = text.split_whitespace().filter(|word| is_known(word, known)).count();
    words > 2 && classes * 3 >= words * 2
}

/// The class names that a style sheet's selectors name, unescaped.
pub fn defined(css: &str) -> BTreeSet<String> {
    css.match_indices('.').filter_map(|(dot, _)| class_name(&css[dot + 1..])).collect()
}

/// The class name that `text` begins with, if it begins with one (`.5rem` does not).
fn class_name(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut rest = text.chars().peekable();
    if rest.peek().is_some_and(char::is_ascii_digit) {
        return None;
    }
    while let Some(&next) = rest.peek() {
        match next {
            '\\' => {
                rest.next();
                name.push(unescaped(&mut rest)?);
            }
            _ if next.is_alphanumeric() || next == '-' || next == '_' => {
                rest.next();
                name.push(next);
            }
            _ => break,
        }
    }
    (!name.is_empty()).then_some(name)
}

/// One escaped character: up to six hexadecimal digits and a blank, or the character itself.
fn unescaped(rest: &mut std::iter::Peekable<std::str::Chars>) -> Option<char> {
    let mut digits = String::new();
    while digits.len() < 6 {
        match rest.next_if(char::is_ascii_hexdigit) {
            Some(digit) => digits.push(digit),
            None => break,
        }
    }
    if digits.is_empty() {
        return rest.next();
    }
    rest.next_if(char::is_ascii_whitespace);
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_css_escapes_them() {
        let css = r".p-4{padding:.5rem}.md\:w-1\/2:hover{}.\32 xl\:hidden > .a_b,.w-\[3\.5px\]{}";
        let names: Vec<String> = defined(css).into_iter().collect();
        assert_eq!(names, ["2xl:hidden", "a_b", "md:w-1/2", "p-4", "w-[3.5px]"]);
    }

    #[test]
    fn classes_are_found_in_attributes_and_in_enums() {
        let source = "
            view! { <p class=\"p-4 text-ink\">\"not this\"</p> }
    fn classes(self) -> &'static str {
        match self {
            Kind::Quiet => \"bg-surface hover:bg-page\",
        }
    }
    fn label(self) -> &'static str { \"nor this\" }";
        assert_eq!(
            used(source, &BTreeSet::new()),
            ["p-4", "text-ink", "bg-surface", "hover:bg-page"]
        );
    }

    #[test]
    fn a_literal_of_classes_is_one_wherever_it_stands() {
        let known = BTreeSet::from(["p-4".to_owned(), "flex".to_owned()]);
        let source = "const LINK: &str = \"flex p-4 gap-44\"; const SAID: &str = \"a flex here\";";
        assert_eq!(used(source, &known), ["flex", "p-4", "gap-44"]);
    }

    #[test]
    fn markers_need_no_rule() {
        assert!(is_known("group/row", &BTreeSet::new()));
        assert!(!is_known("grouped", &BTreeSet::new()));
    }
}
