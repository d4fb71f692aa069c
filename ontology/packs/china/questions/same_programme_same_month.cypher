// label:    Suspected double payment, same month
// label.zh: 疑似同月重复发放
// law:      SAL-47, SAL-66
