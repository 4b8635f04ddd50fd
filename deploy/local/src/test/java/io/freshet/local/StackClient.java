package io.freshet.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Leaves something in every part that keeps data, and looks whether it is still there. */
final class StackClient implements AutoCloseable {
  private static final String SCHEMA = "{\"type\":\"record\",\"name\":\"kept\",\"fields\":[]}";

  private final JsonNode status;
  private final Properties secrets = new Properties();
  private final HttpClient http = HttpClient.newHttpClient();
  private final S3Client s3;

  StackClient(JsonNode status, Path secretsFile) throws IOException {
    this.status = status;
    try (BufferedReader reader = Files.newBufferedReader(secretsFile)) {
      secrets.load(reader);
    }
    s3 =
        S3Client.builder()
            .endpointOverride(URI.create(status.at("/s3/endpoint").asText()))
            .region(Region.of(status.at("/s3/region").asText()))
            .forcePathStyle(true)
            .httpClient(Apache5HttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        secrets.getProperty("s3.access.key"),
                        secrets.getProperty("s3.secret.key"))))
            .build();
  }

  void write() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table kept(id int primary key)");
      statement.execute("insert into kept values (299)");
    }
    try (Admin admin = admin()) {
      admin.createTopics(List.of(new NewTopic("kept", 2, (short) 1))).all().get();
    }
    HttpResponse<String> registered =
        http.send(
            HttpRequest.newBuilder(registry("/apis/registry/v2/groups/default/artifacts"))
                .header("X-Registry-ArtifactId", "kept")
                .header("X-Registry-ArtifactType", "AVRO")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(SCHEMA))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
    s3.putObject(
        put -> put.bucket(status.at("/s3/bucket").asText()).key("a/kept"),
        RequestBody.fromString("water"));
  }

  void verify() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select id, current_setting('wal_level') from kept")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(299);
      assertThat(rows.getString(2)).isEqualTo("logical");
    }
    try (Admin admin = admin()) {
      assertThat(
              admin.describeTopics(List.of("kept")).allTopicNames().get().get("kept").partitions())
          .hasSize(2);
    }
    assertThat(get(registry("/apis/registry/v2/groups/default/artifacts/kept"))).isEqualTo(SCHEMA);
    assertThat(
            s3.getObjectAsBytes(get -> get.bucket(status.at("/s3/bucket").asText()).key("a/kept"))
                .asUtf8String())
        .isEqualTo("water");
    assertThat(
            get(
                URI.create(
                    status.at("/connect/url").asText()
                        + "/connector-plugins?connectorsOnly=false")))
        .contains(
            "io.freshet.connect.s3.S3SinkConnector",
            "io.debezium.connector.postgresql.PostgresConnector",
            "io.debezium.transforms.ExtractNewRecordState",
            "io.apicurio.registry.utils.converter.AvroConverter");
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        status.at("/postgres/jdbcUrl").asText(),
        status.at("/postgres/user").asText(),
        secrets.getProperty("postgres.password"));
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", status.at("/kafka/bootstrapServers").asText()));
  }

  private URI registry(String path) {
    return URI.create(status.at("/registry/url").asText() + path);
  }

  private String get(URI uri) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Override
  public void close() {
    s3.close();
  }
}
