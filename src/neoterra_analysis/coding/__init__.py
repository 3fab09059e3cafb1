"""What people do with records: workbook, diff, add, agreement, settle, verify; proofreading/: drafts in Word."""
