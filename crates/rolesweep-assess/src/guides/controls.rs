//! The controls of standards that a report supports. It is evidence for them, and does not meet any
//! of them alone.

/// A control of a standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// Its standard and number.
    pub name: &'static str,
    /// What it asks for, in our words.
    pub asks: &'static str,
}

const NIST_AC_2_3: Control = Control {
    name: "NIST SP 800-53 Rev. 5, AC-2(3)",
    asks: "Accounts that were inactive for a time that the organization defines are disabled.",
};

const PCI_7_2_4: Control = Control {
    name: "PCI DSS 4.0.1, 7.2.4",
    asks: "User accounts and their access are reviewed at least every six months.",
};

const PCI_7_2_5_1: Control = Control {
    name: "PCI DSS 4.0.1, 7.2.5.1",
    asks: "The access of application and system accounts is reviewed, as often as a risk analysis says. Most roles are such accounts.",
};

const ISO_A_5_18: Control = Control {
    name: "ISO/IEC 27001:2022, A.5.18",
    asks: "Access rights are granted, reviewed, changed and removed according to the organization's rules.",
};

const SOC2_CC6_3: Control = Control {
    name: "SOC 2, CC6.3",
    asks: "Access is granted, changed and removed with least privilege and separation of duties in mind.",
};

const SEC03_UNUSED: Control = Control {
    name: "AWS Well-Architected, SEC03-BP04",
    asks: "Permissions are reduced continuously: what is not used is removed.",
};

const SEC03_LEAST: Control =
    Control { name: "AWS Well-Architected, SEC03-BP02", asks: "Access follows least privilege." };

const SEC03_OUTSIDE: Control = Control {
    name: "AWS Well-Architected, SEC03-BP07",
    asks: "Public access and access from other accounts is analyzed.",
};

/// The controls that ask to remove what is not used.
pub(super) const UNUSED_ACCESS: &[Control] =
    &[NIST_AC_2_3, PCI_7_2_4, PCI_7_2_5_1, ISO_A_5_18, SOC2_CC6_3, SEC03_UNUSED];

/// The controls that ask for least privilege.
pub(super) const LEAST_PRIVILEGE: &[Control] =
    &[PCI_7_2_4, PCI_7_2_5_1, ISO_A_5_18, SOC2_CC6_3, SEC03_LEAST, SEC03_UNUSED];

/// The controls that ask who gets in from outside.
pub(super) const OUTSIDE_ACCESS: &[Control] =
    &[PCI_7_2_4, PCI_7_2_5_1, ISO_A_5_18, SOC2_CC6_3, SEC03_OUTSIDE];
