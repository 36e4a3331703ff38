// Reads documents with encoding/json and says what it makes of each: what the model in
// src/go_json.rs is compared with.
//
// Standard input holds a document to a line: its kind, a blank, and its bytes in base 64. Standard
// output gets a line for each: the value as Go writes it, or "refused".
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

// moment is a time of which only it matters whether it is set.
type moment struct{ time.Time }

func (moment) MarshalJSON() ([]byte, error) { return []byte(`"set"`), nil }

type platform struct {
	Architecture string   `json:"architecture"`
	System       string   `json:"os"`
	Version      string   `json:"os.version"`
	Features     []string `json:"os.features"`
	Variant      string   `json:"variant"`
}

type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	Addresses    []string          `json:"urls"`
	Annotations  map[string]string `json:"annotations"`
	Data         []byte            `json:"data"`
	Platform     *platform         `json:"platform"`
	ArtifactType string            `json:"artifactType"`
}

type header struct {
	Version string `json:"imageLayoutVersion"`
}

type index struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType"`
	Manifests     []descriptor      `json:"manifests"`
	Subject       *descriptor       `json:"subject"`
	Annotations   map[string]string `json:"annotations"`
}

type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType"`
	Config        descriptor        `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Subject       *descriptor       `json:"subject"`
	Annotations   map[string]string `json:"annotations"`
}

type config struct {
	Created      *moment   `json:"created"`
	Author       string    `json:"author"`
	Architecture string    `json:"architecture"`
	System       string    `json:"os"`
	Version      string    `json:"os.version"`
	Features     []string  `json:"os.features"`
	Variant      string    `json:"variant"`
	Execution    execution `json:"config"`
	Root         struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	History []event `json:"history"`
}

type execution struct {
	User        string              `json:"User"`
	Ports       map[string]struct{} `json:"ExposedPorts"`
	Env         []string            `json:"Env"`
	Entrypoint  []string            `json:"Entrypoint"`
	Cmd         []string            `json:"Cmd"`
	Volumes     map[string]struct{} `json:"Volumes"`
	Directory   string              `json:"WorkingDir"`
	Labels      map[string]string   `json:"Labels"`
	Signal      string              `json:"StopSignal"`
	ArgsEscaped bool                `json:"ArgsEscaped"`
}

type event struct {
	Created   *moment `json:"created"`
	CreatedBy string  `json:"created_by"`
	Author    string  `json:"author"`
	Comment   string  `json:"comment"`
	Empty     bool    `json:"empty_layer"`
}

func empty(kind string) any {
	switch kind {
	case "header":
		return &header{}
	case "index":
		return &index{}
	case "manifest":
		return &manifest{}
	case "config":
		return &config{}
	}
	return &descriptor{}
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		kind, encoded, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		document, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			panic(err)
		}
		value := empty(kind)
		if json.Unmarshal(document, value) != nil {
			fmt.Fprintln(out, "refused")
			continue
		}
		written, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(out, string(written))
	}
}
