//! The one end-to-end test binary: names its modules, one subject a file.

#[cfg(test)]
mod access_log;
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod asyncapi;
#[cfg(test)]
mod auditor;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod base_path;
#[cfg(test)]
mod bombs;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod cheats;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod county;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod custody;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod files;
#[cfg(test)]
mod find;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod load;
#[cfg(test)]
mod meetings;
#[cfg(test)]
mod mirror;
#[cfg(test)]
mod monitor;
#[cfg(test)]
mod nats;
#[cfg(test)]
mod nginx;
#[cfg(test)]
mod office;
#[cfg(test)]
mod offline_bundle;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod papers;
#[cfg(test)]
mod people;
#[cfg(test)]
mod places;
#[cfg(test)]
mod poisoned;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod race;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod recoded;
#[cfg(test)]
mod registrations;
#[cfg(test)]
mod rehearsals;
#[cfg(test)]
mod rolled_back;
#[cfg(test)]
mod rule_book;
#[cfg(test)]
mod scans;
#[cfg(test)]
mod service_key;
#[cfg(test)]
mod start;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod subscribers;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod units;
#[cfg(test)]
mod verified;
#[cfg(test)]
mod witness;
#[cfg(test)]
mod words;
#[cfg(test)]
mod workbook;
