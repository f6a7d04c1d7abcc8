//! How a program ends, if it does: read from the troubles ordered and from its command line. Of
//! a command line we understand `true`, `false`, `exit N` and `sleep N`, joined by `;` or `&&`,
//! with or without `sh -c`; every other program runs until it is stopped.

use super::{Conditions, Trouble};

/// The end of a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fate {
    /// Seconds from its start.
    pub after_secs: f64,
    pub end: End,
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Exit(i32),
    OutOfMemory,
}

/// What is ordered for this image or pod goes before what its command line says.
pub fn fate(conditions: &Conditions, image: &str, pod: &str, command: &str) -> Option<Fate> {
    let meets = |on: &super::Pattern| on.meets(image) || on.meets(pod);
    let ordered = conditions.trouble.iter().find_map(|trouble| match trouble {
        Trouble::Crash { on, after_secs, exit_code } if meets(on) => {
            Some(Fate { after_secs: *after_secs, end: End::Exit(*exit_code) })
        }
        Trouble::OutOfMemory { on, after_secs } if meets(on) => {
            Some(Fate { after_secs: *after_secs, end: End::OutOfMemory })
        }
        Trouble::Completes { on, after_secs } if meets(on) => {
            Some(Fate { after_secs: *after_secs, end: End::Exit(0) })
        }
        _ => None,
    });
    ordered.or_else(|| of_command(command))
}

/// Words without which a command line runs for ever.
const ENDINGS: [&str; 4] = ["true", "false", "exit", "sleep"];

fn of_command(command: &str) -> Option<Fate> {
    if !ENDINGS.iter().any(|word| command.contains(word)) {
        return None;
    }
    let bare = command.replace(['\'', '"'], " ");
    let shells = ["sh -c", "bash -c", "/bin/sh -c", "/bin/bash -c"];
    let bare = bare.trim();
    let script = shells.iter().find_map(|shell| bare.strip_prefix(shell)).unwrap_or(bare);
    let script = script.replace("&&", ";");
    let mut after_secs = 0.0;
    let mut code = None;
    for step in script.split(';').map(str::trim).filter(|step| !step.is_empty()) {
        match step.split_whitespace().collect::<Vec<_>>()[..] {
            ["sleep", secs] => {
                after_secs += secs.parse().ok().filter(|secs: &f64| secs.is_finite())?;
                code = Some(0);
            }
            ["true"] => code = Some(0),
            ["false"] => code = Some(1),
            ["exit"] => return Some(Fate { after_secs, end: End::Exit(code.unwrap_or(0)) }),
            ["exit", number] => {
                let end = End::Exit(number.parse().ok()?);
                return Some(Fate { after_secs, end });
            }
            _ => return None,
        }
    }
    code.map(|code| Fate { after_secs, end: End::Exit(code) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_that_end() {
        let fate = |text| of_command(text).map(|fate| (fate.after_secs, fate.end));
        assert_eq!(fate("true"), Some((0.0, End::Exit(0))));
        assert_eq!(fate("sh -c 'exit 3'"), Some((0.0, End::Exit(3))));
        assert_eq!(fate("bash -c \"sleep 5; sleep 2 && false\""), Some((7.0, End::Exit(1))));
        assert_eq!(fate("sleep 30"), Some((30.0, End::Exit(0))));
        for forever in ["", "sleep infinity", "jupyter lab --port=8888", "sh -c 'exit x'"] {
            assert_eq!(fate(forever), None, "{forever}");
        }
    }
}
