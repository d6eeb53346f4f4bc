"""Findings as the SOC reads them: OCSF Detection Findings with CloudEvents headers. Shell, without I/O."""
