//! `berth policy test` (`policy-tests.md`): cases written by an administrator, evaluated by the
//! engine that serves everybody.

pub(super) mod actual;
pub(super) mod case;
mod expect;
mod matching;
mod path;
#[cfg(test)]
mod tests;

use serde::Serialize;
use serde_json::Value;

use super::{Format, Outcome, TestArgs, read_file};
use case::{Case, NoTestFile};

/// All results, as `--format json` prints them.
#[derive(Debug, Default, Serialize)]
struct Results {
    files: Vec<FileResult>,
    passed: usize,
    failed: usize,
}

#[derive(Debug, Serialize)]
struct FileResult {
    file: String,
    cases: Vec<CaseResult>,
}

#[derive(Debug, Serialize)]
struct CaseResult {
    name: String,
    passed: bool,
    differences: Vec<String>,
    actual: Option<Value>,
}

pub(super) fn outcome(args: &TestArgs) -> Outcome {
    let mut results = Results::default();
    let mut err = Vec::new();
    for path in &args.files {
        let file = path.display().to_string();
        let read = read_file(path).map_err(|cause| format!("could not read {file}: {cause}"));
        let cases = read.and_then(|bytes| {
            case::read(&bytes).map_err(|wrong: NoTestFile| format!("{file}: {wrong}"))
        });
        match cases {
            Ok(cases) => results.add(file, &cases),
            Err(wrong) => err.push(wrong),
        }
    }
    let code = match (err.is_empty(), results.failed) {
        (false, _) => 2,
        (true, 0) => 0,
        (true, _) => 1,
    };
    Outcome { out: results.told(args.format), err, code }
}

impl Results {
    fn add(&mut self, file: String, cases: &[Case]) {
        let cases: Vec<CaseResult> = cases.iter().map(evaluate).collect();
        let passed = cases.iter().filter(|case| case.passed).count();
        self.passed += passed;
        self.failed += cases.len() - passed;
        self.files.push(FileResult { file, cases });
    }

    fn told(&self, format: Format) -> String {
        match format {
            Format::Json => {
                let document = serde_json::to_string_pretty(self);
                format!("{}\n", document.unwrap_or_else(|wrong| format!("\"{wrong}\"")))
            }
            Format::Table => self.table(),
        }
    }

    fn table(&self) -> String {
        let mut table = String::new();
        for FileResult { file, cases } in &self.files {
            for case in cases {
                let result = if case.passed { "passed" } else { "failed" };
                table.push_str(&format!("{result}  {file}  {}\n", case.name));
                for difference in &case.differences {
                    table.push_str(&format!("        {difference}\n"));
                }
            }
        }
        table.push_str(&format!("{} passed, {} failed\n", self.passed, self.failed));
        table
    }
}

fn evaluate(case: &Case) -> CaseResult {
    let (differences, actual) = match actual::evaluate(case) {
        Ok(actual) => (expect::differences(case, &actual), Some(actual)),
        Err(reason) => (vec![reason], None),
    };
    CaseResult { name: case.name.clone(), passed: differences.is_empty(), differences, actual }
}
