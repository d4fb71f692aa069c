// asks:     Into which account was aid of three or more households paid who are no kin?
// asks.zh:  哪些账户收到了三户以上互无亲属关系家庭的救助资金？
// label:    Suspected one account for unrelated households
// label.zh: 疑似多户共用一个账户
// law:      M57-26, SAL-66
