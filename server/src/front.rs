//! What stands before all routes: whose turn it is to answer, and whether a tool is asked. Such a request meets none of
//! the routes, and does not pay for them; half the work of carrying one would be theirs.

use std::{
    convert::Infallible,
    ops::ControlFlow,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{Router, extract::Request, response::Response};
use futures::future::BoxFuture;
use tower::{Service, ServiceExt};

use crate::{Doors, tools};

/// Everything that Berth answers to.
#[derive(Clone)]
pub struct Front {
    doors: Arc<Doors>,
    /// Berth's own.
    own: Router,
}

impl Front {
    pub fn new(doors: Doors, own: Router) -> Self {
        Self { doors: Arc::new(doors), own }
    }

    async fn answer(self, request: Request) -> Response {
        let Some(_busy) = self.doors.turn.begin() else {
            return self.doors.turn.pass_on(request).await;
        };
        match tools::answer(&self.doors, request).await {
            ControlFlow::Break(response) => response,
            ControlFlow::Continue(request) => {
                let Ok(response) = self.own.oneshot(request).await;
                response
            }
        }
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let front = self.clone();
        Box::pin(async move { Ok(front.answer(request).await) })
    }
}
