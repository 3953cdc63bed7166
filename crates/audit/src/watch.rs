//! A standing watch over one log: the hashes that its server showed so far, the last head that was verified, and whether
//! others hold heads of the same history. It asks nobody: heads and hashes are brought to it.

use tlog_tiles::Hash;

use crate::alarm::Alarm;
use crate::checkpoint::Checkpoint;
use crate::tree::Tree;
use crate::trust::Trust;

/// What is known of a log that is watched.
#[derive(Debug, Default)]
pub struct Watch {
    tree: Tree,
    /// The last head that was verified, by this watch or by an earlier one.
    verified: Option<Checkpoint>,
}

/// What comes of holding somebody else's head against the hashes at hand.
#[derive(Debug, PartialEq)]
pub enum Compared {
    /// It is of the same history.
    Same,
    /// It is of another log, or no key that is trusted signed it: it says nothing.
    Foreign,
    /// It covers more than is known here.
    Ahead,
    /// It is of another history.
    Forked(Alarm),
}

impl Watch {
    /// A watch that goes on from the head that an earlier one verified.
    pub fn from(verified: Option<Checkpoint>) -> Self {
        Self { tree: Tree::default(), verified }
    }

    /// The last head that was verified.
    pub fn verified(&self) -> Option<&Checkpoint> {
        self.verified.as_ref()
    }

    /// The hashes at hand.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Takes the hash of the next event.
    pub fn push(&mut self, leaf: Hash) {
        self.tree.push(leaf);
    }

    /// Takes the head that the server shows, once the hashes up to it are at hand: it must be signed, be over these hashes,
    /// and continue the last one. What is not right changes nothing, but that hashes under no head are forgotten.
    pub fn take(&mut self, head: Checkpoint, trust: &Trust) -> Result<(), Alarm> {
        if !is_signed(&head, trust) {
            return Err(Alarm::NotSigned { size: head.size });
        }
        if let Some(verified) = self.verified.as_ref().filter(|verified| verified.origin != head.origin) {
            let (watched, shown) = (verified.origin.clone(), head.origin);
            return Err(Alarm::OtherLog { watched, shown });
        }
        if self.tree.root(head.size) != Some(head.root) {
            // Of the same size and another root: two heads, whatever the hashes.
            let verified = self.verified.as_ref().filter(|verified| verified.size == head.size);
            if let Some(verified) = verified.filter(|verified| verified.root != head.root) {
                return Err(forked(verified, &head));
            }
            self.tree = Tree::default();
            return Err(Alarm::WrongHashes { size: head.size });
        }
        match &self.verified {
            Some(verified) if verified.size > head.size => {
                let (verified, shown) = (verified.size, head.size);
                Err(Alarm::Shorter { verified, shown })
            }
            Some(verified) if self.tree.root(verified.size) != Some(verified.root) => {
                Err(forked(verified, &head))
            }
            _ => {
                self.verified = Some(head);
                Ok(())
            }
        }
    }

    /// Holds a head that somebody else was shown against the hashes at hand.
    pub fn compare(&self, other: &Checkpoint, trust: &Trust) -> Compared {
        let Some(own) = &self.verified else { return Compared::Foreign };
        if other.origin != own.origin || !is_signed(other, trust) {
            return Compared::Foreign;
        }
        match self.tree.root(other.size) {
            None => Compared::Ahead,
            Some(root) if root == other.root => Compared::Same,
            Some(_) => Compared::Forked(forked(own, other)),
        }
    }
}

/// Whether a key that is trusted signed a head for its log.
pub fn is_signed(head: &Checkpoint, trust: &Trust) -> bool {
    head.is_signed_by_log(&trust.logs).unwrap_or(false)
}

/// Two signed heads that are not of one history.
pub fn forked(one: &Checkpoint, other: &Checkpoint) -> Alarm {
    let text = |head: &Checkpoint| String::from_utf8_lossy(&head.to_bytes()).into_owned();
    Alarm::Fork { sizes: [one.size, other.size], heads: [text(one), text(other)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{KeyKind, SecretKey};
    use crate::tree::leaf_hash;

    const ORIGIN: &str = "lianjian.cn/cities/5108";

    fn key(seed: u8) -> SecretKey {
        SecretKey::new(ORIGIN, KeyKind::Log, [seed; 32]).unwrap()
    }

    fn trust() -> Trust {
        Trust::parse(key(1).public().to_string().as_bytes()).unwrap()
    }

    fn tree(names: impl IntoIterator<Item = u32>) -> Tree {
        names.into_iter().map(|name| leaf_hash(&name.to_be_bytes())).collect()
    }

    fn head(tree: &Tree, size: u64) -> Checkpoint {
        Checkpoint::sign(ORIGIN, size, tree.root(size).unwrap(), &[key(1)]).unwrap()
    }

    /// A watch that was shown the hashes of a tree up to a head.
    fn shown(watch: &mut Watch, tree: &Tree, size: u64) -> Result<(), Alarm> {
        while watch.tree().size() < size {
            watch.push(tree.leaf(watch.tree().size()).unwrap());
        }
        watch.take(head(tree, size), &trust())
    }

    #[test]
    fn a_head_is_taken_that_continues_the_last_one() {
        let honest = tree(0..40);
        let mut watch = Watch::default();
        for size in [0, 7, 7, 30, 40] {
            assert_eq!(shown(&mut watch, &honest, size), Ok(()), "{size}");
            assert_eq!(watch.verified().map(|head| head.size), Some(size));
        }
    }

    #[test]
    fn what_is_not_signed_or_over_other_hashes_is_told_and_changes_nothing() {
        let honest = tree(0..40);
        let mut watch = Watch::default();
        shown(&mut watch, &honest, 20).unwrap();
        let strange = Checkpoint::sign(ORIGIN, 20, honest.root(20).unwrap(), &[key(2)]).unwrap();
        assert_eq!(watch.take(strange, &trust()), Err(Alarm::NotSigned { size: 20 }));
        assert_eq!(
            watch.take(head(&tree(0..40), 10), &trust()),
            Err(Alarm::Shorter { verified: 20, shown: 10 })
        );
        // Hashes that are not those under the head are forgotten, so that the right ones can be asked for again.
        watch.push(leaf_hash(b"another"));
        assert_eq!(watch.take(head(&honest, 21), &trust()), Err(Alarm::WrongHashes { size: 21 }));
        assert_eq!((watch.tree().size(), watch.verified().map(|head| head.size)), (0, Some(20)));
        assert_eq!(shown(&mut watch, &honest, 30), Ok(()));
    }

    #[test]
    fn a_rewritten_history_is_a_fork_whatever_was_changed_and_whenever_the_watch_began() {
        let honest = tree(0..40);
        for changed_at in [0, 5, 19] {
            let other = tree((0..40).map(|name| if name == changed_at { 99 } else { name }));
            for size in [20, 21, 40] {
                // By a watch that goes on, and by one that only kept the head.
                let mut kept = Watch::from(Some(head(&honest, 20)));
                let found = shown(&mut kept, &other, size).unwrap_err();
                assert!(matches!(&found, Alarm::Fork { sizes: [20, of], .. } if *of == size), "{found:?}");
                let [one, two] = found.evidence() else { panic!("two heads prove it") };
                let heads = [one, two].map(|head| Checkpoint::parse(head.as_bytes()).unwrap());
                assert!(heads.iter().all(|head| head.is_signed_by_log(&trust().logs).unwrap()));
                assert_eq!(kept.verified().map(|head| head.size), Some(20));
            }
        }
    }

    #[test]
    fn two_who_were_shown_two_histories_find_it_once_either_has_one_head_of_the_other() {
        let (one, two) = (tree(0..30), tree((0..30).map(|name| if name < 25 { name } else { name + 100 })));
        let (mut of_one, mut of_two) = (Watch::default(), Watch::default());
        shown(&mut of_one, &one, 28).unwrap();
        shown(&mut of_two, &two, 30).unwrap();
        let compared = |watch: &Watch, other: &Checkpoint| watch.compare(other, &trust());
        assert!(matches!(
            compared(&of_two, of_one.verified().unwrap()),
            Compared::Forked(Alarm::Fork { .. })
        ));
        // The shorter of the two sees more only once it knows as much.
        assert_eq!(compared(&of_one, of_two.verified().unwrap()), Compared::Ahead);
        shown(&mut of_one, &one, 30).unwrap();
        assert!(matches!(
            compared(&of_one, of_two.verified().unwrap()),
            Compared::Forked(Alarm::Fork { .. })
        ));
        // What they have in common is no fork, and a stranger's head says nothing.
        assert_eq!(compared(&of_one, &head(&two, 25)), Compared::Same);
        let strange = Checkpoint::sign(ORIGIN, 30, two.root(30).unwrap(), &[key(2)]).unwrap();
        assert_eq!(compared(&of_one, &strange), Compared::Foreign);
        let elsewhere = SecretKey::new("lianjian.cn/cities/5107", KeyKind::Log, [1; 32]).unwrap();
        let foreign = Checkpoint::sign("lianjian.cn/cities/5107", 30, two.root(30).unwrap(), &[elsewhere]);
        assert_eq!(compared(&of_one, &foreign.unwrap()), Compared::Foreign);
    }
}
