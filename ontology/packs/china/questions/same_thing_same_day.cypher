// asks.zh:  哪些人同一天从几个部门得到了同一种服务（例如一天理发四次）？
// label:    Suspected same service, same day
// label.zh: 疑似同日重复服务
// law:      SAL-42, SAL-66
