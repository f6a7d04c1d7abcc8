//! Cases that an administrator wrote down (`policy-tests.md`), judged by the engine that serves
//! everybody: what `berth policy test` prints, whoever runs it.

mod actual;
mod case;
mod expect;
mod matching;
mod path;

use serde::Serialize;
use serde_json::Value;

pub use actual::reading;
pub use case::{Case, Link, NoTestFile, chains, read};

/// The results of some files.
#[derive(Debug, Default, Serialize)]
pub struct Results {
    files: Vec<FileResult>,
    pub passed: usize,
    pub failed: usize,
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

impl Results {
    /// Judges the cases of a file.
    pub fn add(&mut self, file: String, cases: &[Case]) {
        let cases: Vec<CaseResult> = cases.iter().map(judged).collect();
        let passed = cases.iter().filter(|case| case.passed).count();
        self.passed += passed;
        self.failed += cases.len() - passed;
        self.files.push(FileResult { file, cases });
    }

    /// One JSON document with everything that the engine says (`policy-tests.md` §6).
    pub fn json(&self) -> String {
        let document = serde_json::to_string_pretty(self);
        format!("{}\n", document.unwrap_or_else(|wrong| format!("\"{wrong}\"")))
    }

    /// A line for each case, below it what does not hold; at the end how many passed.
    pub fn table(&self) -> String {
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

fn judged(case: &Case) -> CaseResult {
    let (differences, actual) = match actual::evaluate(case) {
        Ok(actual) => (expect::differences(case, &actual), Some(actual)),
        Err(reason) => (vec![reason], None),
    };
    CaseResult { name: case.name.clone(), passed: differences.is_empty(), differences, actual }
}
