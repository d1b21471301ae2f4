//! Identifiers: UUIDs made from what a resource is about, so that the same plan gives the same bytes and
//! a newer plan of the same case points at the same resources.

use uuid::Builder;

/// Identifiers of one bundle.
pub(super) struct Ids {
    case_hash: String,
    strategy: String,
}

impl Ids {
    pub(super) fn new(case_hash: &str, strategy: &str) -> Self {
        Self { case_hash: case_hash.to_owned(), strategy: strategy.to_owned() }
    }

    /// A UUID of version 8 (RFC 9562: custom content): the first bytes of BLAKE3 over the name.
    fn uuid(&self, strategy: &str, name: &str) -> String {
        let mut hash = blake3::Hasher::new();
        // Lengths keep names apart that would join to the same text.
        for part in ["vellus/fhir", &self.case_hash, strategy, name] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash.finalize().as_bytes()[..16]);
        Builder::from_custom_bytes(bytes).into_uuid().hyphenated().to_string()
    }

    /// Of something that belongs to the strategy.
    pub(super) fn of(&self, name: &str) -> String {
        self.uuid(&self.strategy, name)
    }

    /// Of the person: the same in bundles of other strategies.
    pub(super) fn patient(&self) -> String {
        self.uuid("", "patient")
    }

    /// Of the program.
    pub(super) fn device(&self) -> String {
        self.uuid("", "device")
    }

    pub(super) fn care_plan(&self) -> String {
        self.of("care-plan")
    }

    /// Of an event by its place in the strategy, from 0.
    pub(super) fn event(&self, place: usize) -> String {
        self.of(&format!("event-{}", place + 1))
    }
}

/// The URN of an identifier.
pub(super) fn urn(id: &str) -> String {
    format!("urn:uuid:{id}")
}
