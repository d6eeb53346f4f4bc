"""Operations on topics: specifications, access rights, reconciliation, dispositions, the embedded broker. Shell."""
