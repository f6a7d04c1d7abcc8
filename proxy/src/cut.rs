//! A body that ends when the one who asked may ask no longer.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// What stands in the way of the rest of a body.
#[derive(Debug, thiserror::Error)]
pub enum CutError<E> {
    #[error("the connection was ended: whoever opened the tool may do so no longer")]
    Cut,
    #[error(transparent)]
    Broken(E),
}

/// The same body until the token is cancelled.
#[derive(Debug)]
pub struct Cut<B> {
    body: B,
    cut: CancellationToken,
    /// Made when there is something to wait for: most bodies are there at once.
    cancelled: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl<B> Cut<B> {
    pub fn new(body: B, cut: &CancellationToken) -> Self {
        Self { body, cut: cut.clone(), cancelled: None }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Cut<B> {
    type Data = Bytes;
    type Error = CutError<B::Error>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.cut.is_cancelled() {
            return Poll::Ready(Some(Err(CutError::Cut)));
        }
        let this = &mut *self;
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Ready(frame) => Poll::Ready(frame.map(|frame| frame.map_err(CutError::Broken))),
            Poll::Pending => {
                let wait = || Box::pin(this.cut.clone().cancelled_owned());
                let cancelled = this.cancelled.get_or_insert_with(wait);
                cancelled.as_mut().poll(context).map(|()| Some(Err(CutError::Cut)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
