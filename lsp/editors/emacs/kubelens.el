;;; kubelens.el --- Language server for Kubernetes manifests  -*- lexical-binding: t -*-

;;; Commentary:
;; Load this file from init.el.  eglot runs one server per buffer; lsp-mode
;; runs kubelens beside yaml-language-server.

;;; Code:

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((yaml-mode yaml-ts-mode) . ("kubelens" "lsp"))))

(with-eval-after-load 'lsp-mode
  (lsp-register-client
   (make-lsp-client
    :new-connection (lsp-stdio-connection '("kubelens" "lsp"))
    :major-modes '(yaml-mode yaml-ts-mode)
    :add-on? t
    :multi-root t
    :server-id 'kubelens)))

(provide 'kubelens)
;;; kubelens.el ends here
