//! `engine.wasm`: the rules of policies and forms for whoever types, loaded when a page first asks
//! (`app::engine`). No pages in it: texts and JSON in, JSON out.

use domain::{
    form::Draft,
    policy::{
        cases::{Results, read},
        desk::{self, Around},
    },
    submission::check,
};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;

/// The engine, set up for one document or submission.
#[wasm_bindgen]
pub struct Desk(desk::Desk);

#[wasm_bindgen]
impl Desk {
    /// `around` is an [`Around`].
    #[wasm_bindgen(constructor)]
    pub fn new(around: &str) -> Result<Desk, String> {
        let around: Around = serde_json::from_str(around).map_err(|wrong| wrong.to_string())?;
        Ok(Self(desk::Desk::new(around)))
    }

    /// A [`Checked`](desk::Checked).
    pub fn check(&self, text: &str) -> Result<String, String> {
        answer(&self.0.check(text))
    }

    /// A [`Completion`](desk::Completion); line and column count from 1.
    pub fn complete(&self, text: &str, line: usize, column: usize) -> Result<String, String> {
        answer(&self.0.complete(text, line, column))
    }

    /// Sections of the rules as a form; null while the text cannot be read.
    pub fn rules(&self, text: &str) -> Result<String, String> {
        answer(&self.0.rules(text))
    }

    /// The text with what somebody typed into a cell of that form; `kind` is a
    /// [`CellKind`](domain::policy::CellKind).
    pub fn write(&self, text: &str, at: &str, kind: &str, new: &str) -> Result<String, String> {
        let kind = serde_json::from_str(kind).map_err(|wrong| wrong.to_string())?;
        self.0.write(text, at, kind, new).map_err(|wrong| wrong.to_string())
    }

    /// A [`Judged`](desk::Judged).
    pub fn judge(&self, submission: &str) -> Result<String, String> {
        let submission = serde_json::from_str(submission).map_err(|wrong| wrong.to_string())?;
        answer(&self.0.judge(&submission))
    }
}

/// The engine, set up for the form of one project.
#[wasm_bindgen]
pub struct FormDesk(Option<desk::Desk>);

#[wasm_bindgen]
impl FormDesk {
    /// `around` is an [`Around`], or empty where no policy was written.
    #[wasm_bindgen(constructor)]
    pub fn new(around: &str) -> Result<FormDesk, String> {
        if around.is_empty() {
            return Ok(Self(None));
        }
        let around: Around = serde_json::from_str(around).map_err(|wrong| wrong.to_string())?;
        Ok(Self(Some(desk::Desk::new(around))))
    }

    /// Problems of the form, which is given as its pairs.
    pub fn check(&self, pairs: &str) -> Result<String, String> {
        let draft: Draft = serde_json::from_str(pairs).map_err(|wrong| wrong.to_string())?;
        let submission = draft.submission();
        answer(&match &self.0 {
            Some(desk) => desk.problems(&submission),
            None => check(&submission),
        })
    }
}

/// What `berth policy test --format json` prints of one file.
#[wasm_bindgen]
pub fn test(file: &str, text: &str) -> Result<String, String> {
    let cases = read(text.as_bytes()).map_err(|wrong| format!("{file}: {wrong}"))?;
    let mut results = Results::default();
    results.add(file.to_owned(), &cases);
    Ok(results.json())
}

fn answer(answer: &impl Serialize) -> Result<String, String> {
    serde_json::to_string(answer).map_err(|wrong| wrong.to_string())
}

fn main() {}
