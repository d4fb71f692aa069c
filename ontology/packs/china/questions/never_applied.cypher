// asks:     Which families or people meet the conditions of a programme and neither receive it nor asked for it?
// asks.zh:  哪些家庭或个人符合救助条件，却没有在保，也没有提出申请？
// label:    Suspected unmet need: never applied
// label.zh: 疑似应救未救：符合条件未申请
// law:      SAL-39
