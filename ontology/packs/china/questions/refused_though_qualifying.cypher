// asks:     Which families or people were refused although, as far as is known, they meet the conditions?
// asks.zh:  哪些家庭或个人的申请被作出不予决定，而按现有数据符合救助条件？
// label:    Suspected unmet need: refused though qualifying
// label.zh: 疑似应救未救：符合条件被拒
// law:      SAL-39, SAL-45
