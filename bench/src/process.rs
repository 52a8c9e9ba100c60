//! What the kernel tells of a process.

/// Resident memory of this process, in MiB.
pub(crate) fn memory_mib() -> u64 {
    memory_of_mib("self")
}

/// Resident memory of process `id`, in MiB.
pub(crate) fn memory_of_mib(id: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Processor time of process `id` so far, in milliseconds; the kernel counts in hundredths of a second.
pub(crate) fn cpu_ms(id: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name in parentheses may hold blanks; user and system time are the 12th and 13th field after it.
    let rest = stat.rsplit(") ").next().unwrap_or_default();
    rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}
