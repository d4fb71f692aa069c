// label:    Suspected overdue application
// label.zh: 疑似超期未办
// law:      M83-4.1
