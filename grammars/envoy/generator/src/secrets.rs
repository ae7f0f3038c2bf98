//! Fields that hold secrets although Envoy's own files do not mark them: judgement, by hand.

/// Message and field.
const JUDGED: &[(&str, &str)] = &[
    ("envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials", "access_token"),
    ("envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials", "google_refresh_token"),
    ("envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.GoogleIAMCredentials", "authorization_token"),
    ("envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials.ServiceAccountJWTAccessCredentials", "json_key"),
    ("envoy.config.trace.v3.LightstepConfig", "access_token"),
    ("envoy.extensions.filters.http.aws_lambda.v3.Credentials", "secret_access_key"),
    ("envoy.extensions.filters.http.aws_lambda.v3.Credentials", "session_token"),
    ("envoy.extensions.grpc_service.call_credentials.access_token.v3.AccessTokenCredentials", "token"),
    ("envoy.extensions.grpc_service.call_credentials.google_iam.v3.GoogleIamCredentials", "authorization_token"),
    ("envoy.extensions.grpc_service.call_credentials.google_refresh_token.v3.GoogleRefreshTokenCredentials", "token"),
    (
        "envoy.extensions.grpc_service.call_credentials.service_account_jwt_access.v3.ServiceAccountJwtAccessCredentials",
        "json_key",
    ),
    ("envoy.service.redis_auth.v3.RedisProxyExternalAuthRequest", "password"),
];

pub fn is_judged(message: &str, field: &str) -> bool {
    JUDGED.contains(&(message, field))
}
