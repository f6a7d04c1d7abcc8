//! Words as labels. Ours are plain letters; tables of all letters of the world would weigh more than the
//! page.

/// With a capital at the beginning.
pub fn capital(words: &str) -> String {
    let mut text = words.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// `gpu-portion` and `gpuPortion` as words.
pub fn apart(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        match letter {
            '-' | '_' => words.push(' '),
            'A'..='Z' => words.extend([' ', letter.to_ascii_lowercase()]),
            '0'..='9' if !words.ends_with(|c: char| c.is_ascii_digit()) => {
                words.extend([' ', letter]);
            }
            _ => words.push(letter),
        }
    }
    words.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        let said = ["gpuPortionRequest", "medium-high", "name", "ports12", "größe", ""];
        let said = said.map(|name| capital(&apart(name)));
        assert_eq!(said, ["Gpu portion request", "Medium high", "Name", "Ports 12", "Größe", ""]);
    }
}
