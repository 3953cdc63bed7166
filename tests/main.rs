//! The one end-to-end test binary: names its modules, one subject a file.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod nats;
#[cfg(test)]
mod office;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod tidy;
