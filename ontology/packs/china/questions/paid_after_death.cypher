// label:    Suspected payment after death
// label.zh: 疑似死亡后发放
// law:      SAL-47, SAL-66
