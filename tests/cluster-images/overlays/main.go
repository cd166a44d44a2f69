// Overlays serves git repositories with ebuilds, as a company's servers would: over http to everybody (/public) and to
// whoever has a password (/private), over ssh to whoever has a key, and source archives behind the same password
// (/archive). POST /move/NAME?word=TEXT makes another commit of a repository.
//
//	overlays SOURCES KEYS STATE ADDRESS SSH_PORT
//
// SOURCES has one directory per repository. KEYS has host_key and authorized_keys for sshd, and password. STATE is
// where repositories are made; none may be there.
package main

import (
	"crypto/subtle"
	"fmt"
	"log"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

const user = "reader"

var public = map[string]bool{"ours": true}

type server struct {
	sources, keys, state string
	password             string
	moving               sync.Mutex
}

func (s *server) repository(name string) string {
	if public[name] {
		return filepath.Join(s.state, "git/public", name+".git")
	}
	return filepath.Join(s.state, "git/private", name+".git")
}

func (s *server) git(name string, arguments ...string) error {
	return run(append([]string{"--git-dir=" + s.repository(name), "--work-tree=" + filepath.Join(s.state, "work", name)}, arguments...)...)
}

func run(arguments ...string) error {
	command := exec.Command("git", arguments...)
	command.Env = append(os.Environ(), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.org",
		"GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.org")
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("git %v: %w: %s", arguments, err, output)
	}
	return nil
}

func (s *server) commit(name, message string) error {
	if err := s.git(name, "add", "--all"); err != nil {
		return err
	}
	return s.git(name, "commit", "--quiet", "--message", message)
}

func (s *server) make(name string) error {
	work := filepath.Join(s.state, "work", name)
	if err := os.CopyFS(work, os.DirFS(filepath.Join(s.sources, name))); err != nil {
		return err
	}
	if err := run("init", "--quiet", "--bare", "--template=", "--initial-branch=main", s.repository(name)); err != nil {
		return err
	}
	return s.commit(name, "first")
}

func (s *server) move(w http.ResponseWriter, r *http.Request) {
	s.moving.Lock()
	defer s.moving.Unlock()
	name := r.PathValue("name")
	err := os.WriteFile(filepath.Join(s.state, "work", name, "app-misc", name, "files/word"), []byte(r.FormValue("word")+"\n"), 0o644)
	if err == nil {
		err = s.commit(name, "moved")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *server) locked(inner http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, password, _ := r.BasicAuth()
		if given != user || subtle.ConstantTimeCompare([]byte(password), []byte(s.password)) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="overlays"`)
			http.Error(w, "log in", http.StatusUnauthorized)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

func (s *server) handler() http.Handler {
	git := &cgi.Handler{Path: "/usr/lib/git-core/git-http-backend", Env: []string{"GIT_PROJECT_ROOT=" + filepath.Join(s.state, "git"), "GIT_HTTP_EXPORT_ALL=1",
		"GIT_CONFIG_NOSYSTEM=1", "HOME=/nonexistent"}}
	mux := http.NewServeMux()
	mux.Handle("/public/", git)
	mux.Handle("/private/", s.locked(git))
	mux.Handle("/archive/", s.locked(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "behind a login") })))
	mux.HandleFunc("POST /move/{name}", s.move)
	mux.HandleFunc("/healthy", func(http.ResponseWriter, *http.Request) {})
	return mux
}

// sshd lets nobody in but by key, and nobody do anything but read repositories: the account's shell is git-shell.
func (s *server) sshd(port string) error {
	copied := filepath.Join(s.state, "ssh")
	if err := os.MkdirAll(copied, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"host_key", "authorized_keys"} { // sshd wants them to be nobody else's
		text, err := os.ReadFile(filepath.Join(s.keys, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(copied, name), text, 0o600); err != nil {
			return err
		}
	}
	program := os.Getenv("SSHD")
	if program == "" {
		program = "/usr/sbin/sshd"
	}
	command := exec.Command(program, "-D", "-e", "-f", "/dev/null", "-p", port, "-h", filepath.Join(copied, "host_key"),
		"-o", "AuthorizedKeysFile="+filepath.Join(copied, "authorized_keys"), "-o", "PasswordAuthentication=no", "-o", "KbdInteractiveAuthentication=no",
		"-o", "UsePAM=no", "-o", "StrictModes=no", "-o", "PidFile=none", "-o", "PermitRootLogin=prohibit-password")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Start()
}

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: overlays SOURCES KEYS STATE ADDRESS SSH_PORT")
	}
	s := &server{sources: os.Args[1], keys: os.Args[2], state: os.Args[3]}
	password, err := os.ReadFile(filepath.Join(s.keys, "password"))
	if err != nil {
		log.Fatal(err)
	}
	s.password = strings.TrimSpace(string(password))
	names, err := os.ReadDir(s.sources)
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range names {
		if err := s.make(name.Name()); err != nil {
			log.Fatal(err)
		}
	}
	if err := s.sshd(os.Args[5]); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(os.Args[4], s.handler()))
}
