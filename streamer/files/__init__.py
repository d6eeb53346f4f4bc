"""Without a worker: names, events and payroll exports in files are screened, replayed and published. Shell."""
