//! `berth policy test` (`policy-tests.md`): cases written by an administrator, judged by
//! `domain::policy::cases`.

#[cfg(test)]
mod tests;

use domain::policy::cases::{self, NoTestFile, Results};

use super::{Format, Outcome, TestArgs, read_file};

pub(super) fn outcome(args: &TestArgs) -> Outcome {
    let mut results = Results::default();
    let mut err = Vec::new();
    for path in &args.files {
        let file = path.display().to_string();
        let read = read_file(path).map_err(|cause| format!("could not read {file}: {cause}"));
        let judged = read.and_then(|bytes| {
            cases::read(&bytes).map_err(|wrong: NoTestFile| format!("{file}: {wrong}"))
        });
        match judged {
            Ok(cases) => results.add(file, &cases),
            Err(wrong) => err.push(wrong),
        }
    }
    let code = match (err.is_empty(), results.failed) {
        (false, _) => 2,
        (true, 0) => 0,
        (true, _) => 1,
    };
    let out = match args.format {
        Format::Json => results.json(),
        Format::Table => results.table(),
    };
    Outcome { out, err, code }
}
