// asks:     Who was given again what is given once: for a dwelling, for a case, or in a lifetime?
// asks.zh:  哪些房屋、案件或个人重复得到了只给一次的救助？
// label:    Suspected second grant of what is given once
// label.zh: 疑似一次性救助重复发放
// law:      SAL-47, SAL-66
