"""What pages share: the doorway to core, messages, words, tables, charts. Nothing here decides anything."""
