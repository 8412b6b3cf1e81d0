#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| rolesweep_fuzz::answers(data));
