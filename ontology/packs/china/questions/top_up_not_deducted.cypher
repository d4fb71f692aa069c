// asks:     Who was paid in full what should have been topped up only?
// asks.zh:  哪些家庭或个人应补差的项目未扣减而足额发放？
// label:    Suspected top-up not deducted
// label.zh: 疑似应补差未扣减
// law:      SAL-47, SAL-48
