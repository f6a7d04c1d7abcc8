//! Why a registry gave no answer. The sentences go to people as they are.

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The registry answers, and does not have it.
    #[error("the registry does not have it")]
    Missing,
    #[error("the registry refuses access; it may be private, or the credential may be wrong")]
    Denied,
    #[error("the registry did not answer within 2 seconds")]
    Slow,
    #[error("the registry cannot be reached")]
    Unreachable,
    /// Not asked, because of where it is.
    #[error("{0} is not asked: {1}")]
    Refused(String, &'static str),
    /// It answered something else than a registry does.
    #[error("the registry answers {0}")]
    Nonsense(String),
    #[error("the registry answers with more than {} MB", crate::ANSWER_MAX >> 20)]
    TooLarge,
}
