//! The client's commands of `berth`. They come with a later issue; `berth serve` lives in the server.
